/** The time of a field of type `datetime-local`, as the API writes times; null if the field is empty. */
export function timeOfField(local: string): string | null {
  return local === '' ? null : new Date(local).toISOString()
}
