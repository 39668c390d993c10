// The framed payment form's half of the conversation: takes colours, reports its height, hands out the chosen card.
// The page's half is elements.js. They talk over one private port, given once.

const VARIABLES = {
  colorPrimary: "color",
  colorBackground: "background-color",
  colorText: "color",
  colorTextSecondary: "color",
  colorDanger: "color",
  borderRadius: "border-radius",
  fontFamily: "font-family",
  fontSizeBase: "font-size",
  spacingUnit: "width",
};

function paint(appearance) {
  const variables = appearance?.variables ?? {};
  for (const [name, property] of Object.entries(VARIABLES)) {
    const value = variables[name];
    if (typeof value === "string" && CSS.supports(property, value)) {
      document.documentElement.style.setProperty(`--${name}`, value);
    }
  }
  document.documentElement.dataset.theme = appearance?.theme ?? "stripe";
}

function chosenCard() {
  return document.querySelector("input[name=card]:checked")?.value ?? null;
}

window.addEventListener("message", function start(event) {
  if (event.source !== window.parent || event.data?.sandbox !== "start" || !event.ports[0]) return;
  window.removeEventListener("message", start);
  const port = event.ports[0];
  const tell = (type, data = {}) => port.postMessage({ type, ...data });
  const tellHeight = () => tell("height", { height: Math.ceil(document.documentElement.offsetHeight) });

  port.onmessage = ({ data }) => {
    if (data.type === "appearance") paint(data.appearance);
    if (data.type === "choose") tell("chosen", { asked: data.asked, card: chosenCard() });
    if (data.type === "focus") document.querySelector("input[name=card]:checked, input[name=card]")?.focus();
  };
  paint(event.data.appearance);
  new ResizeObserver(tellHeight).observe(document.documentElement);
  document.addEventListener("change", () => tell("change"));
  document.addEventListener("focusin", () => tell("focus"));
  document.addEventListener("focusout", () => tell("blur"));
  document.addEventListener("keydown", (press) => press.key === "Escape" && tell("escape"));
  tellHeight();
  tell("ready");
});
