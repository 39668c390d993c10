// Pages with no room on them: errors, account, orders. Tokens, type and controls alone.
import "../styles/base.css";
