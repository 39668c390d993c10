// The light build (no captions, DRM or second audio) has the types of the whole.
declare module "hls.js/light" {
  export { default } from "hls.js";
}
