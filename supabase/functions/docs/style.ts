import { raw } from "hono/html";

/** The reference page's style sheet. */
export const STYLE = raw(`
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; display: flex; }
nav { width: 22rem; height: 100vh; overflow: auto; position: sticky; top: 0; padding: 0 1rem; }
nav h2 { font-size: 1rem; margin-bottom: 0; }
nav ul { list-style: none; margin: 0; padding: 0; font-size: .85rem; }
main { flex: 1; max-width: 52rem; padding: 1rem 2rem; min-width: 0; }
section { border-top: 1px solid #8884; padding: .5rem 0; }
b { text-transform: uppercase; font-size: .8em; }
pre { overflow: auto; padding: .75rem; background: #8881; }
table { border-collapse: collapse; font-size: .9rem; }
td { padding: .1rem .75rem .1rem 0; vertical-align: top; }
.note { font-size: .9rem; opacity: .8; }
@media (max-width: 50rem) { body { display: block; } nav { position: static; width: auto; height: auto; } }
`);
