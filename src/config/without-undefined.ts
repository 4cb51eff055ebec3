type Said<Values> = { [Key in keyof Values]: Exclude<Values[Key], undefined> }

/** Leaves out what was not said: spreading an undefined would unsay what was said before it. */
export function withoutUndefined<Values extends object>(values: Values): Said<Values> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Said<Values>
}
