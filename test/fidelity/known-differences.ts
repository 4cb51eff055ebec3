/** Templates that are rendered otherwise than by jinja2, each with the reason. */
export const KNOWN_DIFFERENCES: ReadonlyMap<string, string> = new Map([
  [
    'meetkai-functionary-medium-v3.1',
    'jinja2 escapes its JSON for HTML, because the template adds text to a text marked as safe; no model wants that',
  ],
])
