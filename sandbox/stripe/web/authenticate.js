// Escape pressed in the framed bank's page does not reach the shop's page, so it is told. The payment stays open.
document.addEventListener("keydown", (press) => {
  if (press.key === "Escape" && window.parent !== window) window.parent.postMessage({ sandbox: "left" }, "*");
});
