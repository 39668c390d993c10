// A hold as every door of the shop answers it.
// Not here: asking for one (buy/).

export interface Hold {
  id: string;
  status: string;
  variant: string;
  drop: string | null;
  name: string;
  variant_name: string;
  image_url: string;
  quantity: number;
  expires_at: string;
  extended: boolean;
}
