// Written by `python -m config.event_types` from the events of the apps. Change those instead.

export interface Price {
  minor: number;
  currency: string;
}

export interface QuestionRank {
  question_id: string;
  votes: number;
}

export interface Quote {
  id: string;
  author: string;
  text: string;
}

export interface RowFacts {
  position: number;
  is_hidden: boolean;
  note: string;
  variant_id: string | null;
  product_id: string | null;
  slug: string;
  name: string;
  variant_name: string;
  detail: string;
  url: string;
  image_url: string;
  image_small_url: string;
  price: Price | null;
  was: Price | null;
  low_30d: Price | null;
  specials: RowSpecial[];
  available: number | null;
  total: number | null;
}

export interface RowSpecial {
  price_id: string;
  kind: string;
  price: Price;
  low_30d: Price | null;
  ends_at: string | null;
}

export interface AccessChanged {
  show_id: string;
  visibility: string;
  link_replaced: boolean;
}

export interface ApiKeyCreated {
  prefix: string;
  scopes: string[];
}

export interface ApiKeyRevoked {
  prefix: string;
}

export interface AudienceClosed {
  show_id: string;
  unique_viewers: number;
  peak: number;
}

export interface AudienceCounted {
  show_id: string;
  viewers: number;
  peak: number;
}

export interface BlocklistChanged {
  words: number;
}

export interface BrandProvisioned {
  slug: string;
}

export interface BroadcastClosed {
  show_id: string;
  broadcast_id: string;
}

export interface BroadcastLost {
  show_id: string;
  broadcast_id: string;
  until: string;
  on_air: boolean;
}

export interface BroadcastOpened {
  show_id: string;
  broadcast_id: string;
}

export interface BroadcastPlayable {
  show_id: string;
  broadcast_id: string;
}

export interface BroadcastResumed {
  show_id: string;
  broadcast_id: string;
  on_air: boolean;
}

export interface CouponGivenBack {
  coupon_id: string;
  coupon_code: string;
  order_id: string;
}

export interface CouponRedeemed {
  coupon_id: string;
  coupon_code: string;
  order_id: string;
  discount_minor: number;
  currency: string;
}

export interface CouponSaved {
  coupon_id: string;
  coupon_code: string;
  kind: string;
  is_active: boolean;
}

export interface CueAdded {
  show_id: string;
  cue_id: string;
  kind: string;
  title: string;
  position: number;
}

export interface CueChanged {
  show_id: string;
  cue_id: string;
  kind: string;
  title: string;
  position: number;
}

export interface CueFired {
  show_id: string;
  cue_id: string;
  kind: string;
  title: string;
  payload: Record<string, unknown>;
}

export interface CueRemoved {
  show_id: string;
  cue_id: string;
  kind: string;
  title: string;
}

export interface CueSkipped {
  show_id: string;
  cue_id: string;
  kind: string;
  title: string;
}

export interface DomainAdded {
  domain: string;
}

export interface DomainRemoved {
  domain: string;
}

export interface DropAnnounced {
  drop_id: string;
  show_id: string | null;
  variant_id: string;
  title: string;
  units: number;
  units_left: number;
  price_minor: number;
  currency: string;
  per_buyer: number;
  opens_at: string | null;
  opened_at: string | null;
  closes_at: string | null;
  mode: string;
  window_seconds: number | null;
  list_state: string;
  list_closes_at: string | null;
  entered: number;
  commitment: string;
  root: string;
  seed: string;
}

export interface DropChanged {
  drop_id: string;
  show_id: string | null;
  variant_id: string;
  title: string;
  units: number;
  units_left: number;
  price_minor: number;
  currency: string;
  per_buyer: number;
  opens_at: string | null;
  opened_at: string | null;
  closes_at: string | null;
  mode: string;
  window_seconds: number | null;
  list_state: string;
  list_closes_at: string | null;
  entered: number;
  commitment: string;
  root: string;
  seed: string;
}

export interface DropClosed {
  drop_id: string;
  show_id: string | null;
  variant_id: string;
  title: string;
  units: number;
  units_left: number;
  price_minor: number;
  currency: string;
  per_buyer: number;
  opens_at: string | null;
  opened_at: string | null;
  closes_at: string | null;
  mode: string;
  window_seconds: number | null;
  list_state: string;
  list_closes_at: string | null;
  entered: number;
  commitment: string;
  root: string;
  seed: string;
}

export interface DropDrawn {
  drop_id: string;
  show_id: string | null;
  variant_id: string;
  title: string;
  units: number;
  units_left: number;
  price_minor: number;
  currency: string;
  per_buyer: number;
  opens_at: string | null;
  opened_at: string | null;
  closes_at: string | null;
  mode: string;
  window_seconds: number | null;
  list_state: string;
  list_closes_at: string | null;
  entered: number;
  commitment: string;
  root: string;
  seed: string;
}

export interface DropEntriesCounted {
  drop_id: string;
  entered: number;
}

export interface DropListClosed {
  drop_id: string;
  show_id: string | null;
  variant_id: string;
  title: string;
  units: number;
  units_left: number;
  price_minor: number;
  currency: string;
  per_buyer: number;
  opens_at: string | null;
  opened_at: string | null;
  closes_at: string | null;
  mode: string;
  window_seconds: number | null;
  list_state: string;
  list_closes_at: string | null;
  entered: number;
  commitment: string;
  root: string;
  seed: string;
}

export interface DropOpened {
  drop_id: string;
  show_id: string | null;
  variant_id: string;
  title: string;
  units: number;
  units_left: number;
  price_minor: number;
  currency: string;
  per_buyer: number;
  opens_at: string | null;
  opened_at: string | null;
  closes_at: string | null;
  mode: string;
  window_seconds: number | null;
  list_state: string;
  list_closes_at: string | null;
  entered: number;
  commitment: string;
  root: string;
  seed: string;
}

export interface DropScheduled {
  drop_id: string;
  show_id: string | null;
  variant_id: string;
  title: string;
  units: number;
  units_left: number;
  price_minor: number;
  currency: string;
  per_buyer: number;
  opens_at: string | null;
  opened_at: string | null;
  closes_at: string | null;
  mode: string;
  window_seconds: number | null;
  list_state: string;
  list_closes_at: string | null;
  entered: number;
  commitment: string;
  root: string;
  seed: string;
}

export interface DropSoldOut {
  drop_id: string;
  show_id: string | null;
  variant_id: string;
  title: string;
  units: number;
  units_left: number;
  price_minor: number;
  currency: string;
  per_buyer: number;
  opens_at: string | null;
  opened_at: string | null;
  closes_at: string | null;
  mode: string;
  window_seconds: number | null;
  list_state: string;
  list_closes_at: string | null;
  entered: number;
  commitment: string;
  root: string;
  seed: string;
}

export interface DropStruck {
  drop_id: string;
  show_id: string | null;
  variant_id: string;
  title: string;
  units: number;
  units_left: number;
  price_minor: number;
  currency: string;
  per_buyer: number;
  opens_at: string | null;
  opened_at: string | null;
  closes_at: string | null;
  mode: string;
  window_seconds: number | null;
  list_state: string;
  list_closes_at: string | null;
  entered: number;
  commitment: string;
  root: string;
  seed: string;
}

export interface HandOverWritten {
  text: string;
  author: string;
  written_at: string;
}

export interface HoldCreated {
  hold_id: string;
  variant_id: string;
  drop_id: string | null;
  quantity: number;
  unit_price_minor: number;
  currency: string;
  expires_at: string;
  extended: boolean;
}

export interface HoldExpired {
  hold_id: string;
  variant_id: string;
  drop_id: string | null;
  quantity: number;
  unit_price_minor: number;
  currency: string;
  expires_at: string;
  extended: boolean;
}

export interface HoldExtended {
  hold_id: string;
  variant_id: string;
  drop_id: string | null;
  quantity: number;
  unit_price_minor: number;
  currency: string;
  expires_at: string;
  extended: boolean;
}

export interface HoldReleased {
  hold_id: string;
  variant_id: string;
  drop_id: string | null;
  quantity: number;
  unit_price_minor: number;
  currency: string;
  expires_at: string;
  extended: boolean;
}

export interface ImportFinished {
  import_id: string;
  rows: number;
  created: number;
  updated: number;
  refused: number;
}

export interface LineupChanged {
  show_id: string;
  items: RowFacts[];
}

export interface MemberInvited {
  invitation_id: string;
  role: string;
}

export interface MemberJoined {
  member_id: string;
  name: string;
  role: string;
}

export interface MemberRemoved {
  member_id: string;
}

export interface MemberRoleChanged {
  member_id: string;
  role: string;
}

export interface MessageApproved {
  held_id: string;
  shown_id: string;
  author_key: string;
}

export interface MessageClaimed {
  held_id: string;
  by: string;
  name: string;
  until: string | null;
}

export interface MessageDeclined {
  held_id: string;
  author_key: string;
}

export interface MessageEchoed {
  message_id: string;
  author_key: string;
  author: string;
  text: string;
  reply_to: Quote | null;
  key: string;
}

export interface MessageEdited {
  message_id: string;
  text: string;
  edited_at: string;
}

export interface MessageHeld {
  held_id: string;
  author_key: string;
  author: string;
  text: string;
  reply_to: Quote | null;
  key: string;
  rule: string;
  is_question: boolean;
}

export interface MessagePinned {
  message_id: string;
  author: string;
  badge: string;
  text: string;
}

export interface MessagePosted {
  message_id: string;
  author_key: string;
  author: string;
  badge: string;
  title: string;
  text: string;
  reply_to: Quote | null;
  key: string;
}

export interface MessageRemoved {
  message_id: string;
}

export interface MessageReported {
  message_id: string;
  author_key: string;
  author: string;
  text: string;
  reports: number;
  reasons: Record<string, number>;
}

export interface MessageReturned {
  held_id: string;
  key: string;
}

export interface MessageShadowed {
  message_id: string;
  author_key: string;
  author: string;
  text: string;
  reply_to: Quote | null;
  key: string;
}

export interface MessageUnpinned {
  message_id: string;
}

export interface MessageWaiting {
  held_id: string;
  text: string;
  key: string;
}

export interface OrderCancelled {
  order_id: string;
  number: string;
  total_minor: number;
  currency: string;
  pieces: number;
  show_id: string | null;
  reason: string;
}

export interface OrderFulfilled {
  order_id: string;
  number: string;
  total_minor: number;
  currency: string;
  pieces: number;
  show_id: string | null;
  tracking: string;
}

export interface OrderPaid {
  order_id: string;
  number: string;
  total_minor: number;
  currency: string;
  pieces: number;
  show_id: string | null;
  variants: string[];
}

export interface OrderPlaced {
  order_id: string;
  number: string;
  total_minor: number;
  currency: string;
  pieces: number;
  show_id: string | null;
  variants: string[];
}

export interface PaymentFailed {
  payment_id: string;
  order_id: string;
  code: string;
  message: string;
}

export interface PaymentLate {
  payment_id: string;
  order_id: string;
  amount_minor: number;
  currency: string;
  outcome: string;
}

export interface PaymentStarted {
  payment_id: string;
  order_id: string;
  amount_minor: number;
  currency: string;
}

export interface PaymentAccountChanged {
  details_submitted: boolean;
  charges_enabled: boolean;
  payouts_enabled: boolean;
  requirements_due: number;
}

export interface PlaylistReady {
  show_id: string;
  broadcast_id: string;
  url: string;
}

export interface PollClosed {
  poll_id: string;
  counts: number[];
}

export interface PollCounted {
  poll_id: string;
  counts: number[];
}

export interface PollOpened {
  poll_id: string;
  question: string;
  answers: string[];
  opened_at: string;
  closes_at: string | null;
}

export interface PriceChanged {
  variant_id: string;
  currency: string;
  price_minor: number;
  was_minor: number | null;
  low_30d_minor: number | null;
}

export interface ProductArchived {
  product_id: string;
  name: string;
  slug: string;
  status: string;
}

export interface ProductCreated {
  product_id: string;
  name: string;
  slug: string;
  status: string;
}

export interface ProductPinned {
  show_id: string;
  variant_id: string;
  product: RowFacts;
  pinned_at: string | null;
}

export interface ProductUnpinned {
  show_id: string;
  variant_id: string;
}

export interface ProductUpdated {
  product_id: string;
  name: string;
  slug: string;
  status: string;
}

export interface QuestionAnswered {
  question_id: string;
  answered_at: string;
}

export interface QuestionAsked {
  question_id: string;
  author_key: string;
  author: string;
  text: string;
  votes: number;
  asked_at: string;
  key: string;
}

export interface QuestionDismissed {
  question_id: string;
}

export interface QuestionRanked {
  questions: QuestionRank[];
}

export interface ReactionCounted {
  count: number;
  total: number;
}

export interface RecordingReady {
  show_id: string;
  broadcast_id: string;
  recording_id: string;
  duration: number;
}

export interface RefundFailed {
  refund_id: string;
  order_id: string;
  number: string;
  amount_minor: number;
  currency: string;
  reason: string;
}

export interface RefundIssued {
  refund_id: string;
  order_id: string;
  number: string;
  amount_minor: number;
  refunded_minor: number;
  total_minor: number;
  currency: string;
}

export interface ReminderRequested {
  show_id: string;
}

export interface ReminderSent {
  show_id: string;
  count: number;
}

export interface ReplayPublished {
  show_id: string;
  broadcast_id: string;
  url: string;
  duration: number;
  starts_at: number;
}

export interface ReportsSettled {
  message_id: string;
}

export interface ReturnApproved {
  return_id: string;
  order_id: string;
  number: string;
  pieces: number;
  status: string;
}

export interface ReturnDeclined {
  return_id: string;
  order_id: string;
  number: string;
  pieces: number;
  status: string;
}

export interface ReturnReceived {
  return_id: string;
  order_id: string;
  number: string;
  pieces: number;
  status: string;
  refund_minor: number;
  currency: string;
}

export interface ReturnRequested {
  return_id: string;
  order_id: string;
  number: string;
  pieces: number;
  status: string;
}

export interface ReturnWithdrawn {
  return_id: string;
  order_id: string;
  number: string;
  pieces: number;
  status: string;
}

export interface RoomModeChanged {
  slow_seconds: number;
  guests_allowed: boolean;
  approval: boolean;
}

export interface RoomOpened {
  slow_seconds: number;
  guests_allowed: boolean;
  approval: boolean;
}

export interface SaleAnnounced {
  variant_id: string;
  product_name: string;
  quantity: number;
}

export interface ShiftBegan {
  member_id: string;
  name: string;
  since: string;
}

export interface ShiftEnded {
  member_id: string;
}

export interface ShipmentDelivered {
  shipment_id: string;
  order_id: string;
  number: string;
  carrier: string;
}

export interface ShipmentSent {
  shipment_id: string;
  order_id: string;
  number: string;
  carrier: string;
  pieces: number;
  left: number;
  tracking: string;
  url: string;
}

export interface ShowCancelled {
  show_id: string;
  slug: string;
  title: string;
  starts_at: string | null;
}

export interface ShowDrafted {
  show_id: string;
  slug: string;
  title: string;
  starts_at: string | null;
}

export interface ShowEnded {
  show_id: string;
  slug: string;
  title: string;
  starts_at: string | null;
  ended_at: string;
  reason: string;
}

export interface ShowLobbyOpened {
  show_id: string;
  slug: string;
  title: string;
  starts_at: string | null;
}

export interface ShowRescheduled {
  show_id: string;
  slug: string;
  title: string;
  starts_at: string | null;
  status: string | null;
}

export interface ShowScheduled {
  show_id: string;
  slug: string;
  title: string;
  starts_at: string | null;
}

export interface ShowStarted {
  show_id: string;
  slug: string;
  title: string;
  starts_at: string | null;
  started_at: string;
}

export interface ShowUpdated {
  show_id: string;
  slug: string;
  title: string;
  starts_at: string | null;
}

export interface ShowWithdrawn {
  show_id: string;
  slug: string;
  title: string;
  starts_at: string | null;
}

export interface SpecialPriceClosed {
  price_id: string;
  kind: string;
  variant_id: string;
  show_id: string | null;
  currency: string;
  price_minor: number;
  low_30d_minor: number | null;
  ends_at: string | null;
}

export interface SpecialPriceOpened {
  price_id: string;
  kind: string;
  variant_id: string;
  show_id: string | null;
  currency: string;
  price_minor: number;
  low_30d_minor: number | null;
  ends_at: string | null;
}

export interface SpecialPricePlanned {
  price_id: string;
  kind: string;
  variant_id: string;
  show_id: string | null;
  currency: string;
  price_minor: number;
  low_30d_minor: number | null;
  ends_at: string | null;
}

export interface StockAdjusted {
  variant_id: string;
  sku: string;
  quantity: number;
  available: number;
  total: number;
  reference: string;
}

export interface StockChanged {
  variant_id: string;
  available: number;
  total: number | null;
  drop_id: string | null;
  drop_units_left: number | null;
}

export interface StockRestocked {
  variant_id: string;
  sku: string;
  quantity: number;
  available: number;
  total: number;
  reference: string;
}

export interface StreamKeyRotated {
  show_id: string;
  hint: string;
}

export interface ThemePublished {
  content_hash: string;
  css_url: string;
}

export interface ViewerBanned {
  ban_id: string;
  viewer_key: string;
  customer_id: string | null;
  reason: string;
}

export interface ViewerShadowed {
  ban_id: string;
  viewer_key: string;
  customer_id: string | null;
  devices: string[];
  networks: string[];
  networks_until: string | null;
  reason: string;
}

export interface ViewerShutOut {
  ban_id: string;
  viewer_key: string;
  devices: string[];
  networks: string[];
  networks_until: string | null;
}

export interface ViewerTimedOut {
  ban_id: string;
  viewer_key: string;
  until: string;
  reason: string;
}

export interface ViewerUnbanned {
  ban_id: string;
  viewer_key: string;
  customer_id: string | null;
}

export interface ViewerUnshadowed {
  ban_id: string;
  viewer_key: string;
}

export interface WaitlistJoined {
  place_id: string;
  variant_id: string;
  drop_id: string | null;
  status: string;
  hold_id: string | null;
  offered_until: string | null;
}

export interface WaitlistLapsed {
  place_id: string;
  variant_id: string;
  drop_id: string | null;
  status: string;
  hold_id: string | null;
  offered_until: string | null;
}

export interface WaitlistOffered {
  place_id: string;
  variant_id: string;
  drop_id: string | null;
  status: string;
  hold_id: string | null;
  offered_until: string | null;
}

export interface EventData {
  "access.changed": AccessChanged;
  "api_key.created": ApiKeyCreated;
  "api_key.revoked": ApiKeyRevoked;
  "audience.closed": AudienceClosed;
  "audience.counted": AudienceCounted;
  "blocklist.changed": BlocklistChanged;
  "brand.provisioned": BrandProvisioned;
  "broadcast.closed": BroadcastClosed;
  "broadcast.lost": BroadcastLost;
  "broadcast.opened": BroadcastOpened;
  "broadcast.playable": BroadcastPlayable;
  "broadcast.resumed": BroadcastResumed;
  "coupon.given_back": CouponGivenBack;
  "coupon.redeemed": CouponRedeemed;
  "coupon.saved": CouponSaved;
  "cue.added": CueAdded;
  "cue.changed": CueChanged;
  "cue.fired": CueFired;
  "cue.removed": CueRemoved;
  "cue.skipped": CueSkipped;
  "domain.added": DomainAdded;
  "domain.removed": DomainRemoved;
  "drop.announced": DropAnnounced;
  "drop.changed": DropChanged;
  "drop.closed": DropClosed;
  "drop.drawn": DropDrawn;
  "drop.entries_counted": DropEntriesCounted;
  "drop.list_closed": DropListClosed;
  "drop.opened": DropOpened;
  "drop.scheduled": DropScheduled;
  "drop.sold_out": DropSoldOut;
  "drop.struck": DropStruck;
  "hand_over.written": HandOverWritten;
  "hold.created": HoldCreated;
  "hold.expired": HoldExpired;
  "hold.extended": HoldExtended;
  "hold.released": HoldReleased;
  "import.finished": ImportFinished;
  "lineup.changed": LineupChanged;
  "member.invited": MemberInvited;
  "member.joined": MemberJoined;
  "member.removed": MemberRemoved;
  "member.role_changed": MemberRoleChanged;
  "message.approved": MessageApproved;
  "message.claimed": MessageClaimed;
  "message.declined": MessageDeclined;
  "message.echoed": MessageEchoed;
  "message.edited": MessageEdited;
  "message.held": MessageHeld;
  "message.pinned": MessagePinned;
  "message.posted": MessagePosted;
  "message.removed": MessageRemoved;
  "message.reported": MessageReported;
  "message.returned": MessageReturned;
  "message.shadowed": MessageShadowed;
  "message.unpinned": MessageUnpinned;
  "message.waiting": MessageWaiting;
  "order.cancelled": OrderCancelled;
  "order.fulfilled": OrderFulfilled;
  "order.paid": OrderPaid;
  "order.placed": OrderPlaced;
  "payment.failed": PaymentFailed;
  "payment.late": PaymentLate;
  "payment.started": PaymentStarted;
  "payment_account.changed": PaymentAccountChanged;
  "playlist.ready": PlaylistReady;
  "poll.closed": PollClosed;
  "poll.counted": PollCounted;
  "poll.opened": PollOpened;
  "price.changed": PriceChanged;
  "product.archived": ProductArchived;
  "product.created": ProductCreated;
  "product.pinned": ProductPinned;
  "product.unpinned": ProductUnpinned;
  "product.updated": ProductUpdated;
  "question.answered": QuestionAnswered;
  "question.asked": QuestionAsked;
  "question.dismissed": QuestionDismissed;
  "question.ranked": QuestionRanked;
  "reaction.counted": ReactionCounted;
  "recording.ready": RecordingReady;
  "refund.failed": RefundFailed;
  "refund.issued": RefundIssued;
  "reminder.requested": ReminderRequested;
  "reminder.sent": ReminderSent;
  "replay.published": ReplayPublished;
  "reports.settled": ReportsSettled;
  "return.approved": ReturnApproved;
  "return.declined": ReturnDeclined;
  "return.received": ReturnReceived;
  "return.requested": ReturnRequested;
  "return.withdrawn": ReturnWithdrawn;
  "room.mode_changed": RoomModeChanged;
  "room.opened": RoomOpened;
  "sale.announced": SaleAnnounced;
  "shift.began": ShiftBegan;
  "shift.ended": ShiftEnded;
  "shipment.delivered": ShipmentDelivered;
  "shipment.sent": ShipmentSent;
  "show.cancelled": ShowCancelled;
  "show.drafted": ShowDrafted;
  "show.ended": ShowEnded;
  "show.lobby_opened": ShowLobbyOpened;
  "show.rescheduled": ShowRescheduled;
  "show.scheduled": ShowScheduled;
  "show.started": ShowStarted;
  "show.updated": ShowUpdated;
  "show.withdrawn": ShowWithdrawn;
  "special_price.closed": SpecialPriceClosed;
  "special_price.opened": SpecialPriceOpened;
  "special_price.planned": SpecialPricePlanned;
  "stock.adjusted": StockAdjusted;
  "stock.changed": StockChanged;
  "stock.restocked": StockRestocked;
  "stream_key.rotated": StreamKeyRotated;
  "theme.published": ThemePublished;
  "viewer.banned": ViewerBanned;
  "viewer.shadowed": ViewerShadowed;
  "viewer.shut_out": ViewerShutOut;
  "viewer.timed_out": ViewerTimedOut;
  "viewer.unbanned": ViewerUnbanned;
  "viewer.unshadowed": ViewerUnshadowed;
  "waitlist.joined": WaitlistJoined;
  "waitlist.lapsed": WaitlistLapsed;
  "waitlist.offered": WaitlistOffered;
}

export type EventType = keyof EventData;

/** Shown when the page's own picture has come to them. */
export const AT_PICTURE: ReadonlySet<string> = new Set<EventType>([
  "drop.announced",
  "drop.closed",
  "drop.opened",
  "lineup.changed",
  "poll.closed",
  "poll.opened",
  "product.pinned",
  "product.unpinned",
]);
