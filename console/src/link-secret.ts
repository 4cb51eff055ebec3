import { signal } from '@preact/signals'

/**
 * The secret of a link that was opened, which stands after `#` so that no server but this one sees it. It is taken out of
 * the address, so that it stays in no history.
 */
export const linkSecret = signal('')

/** Takes the secret over, before the first page is shown. */
export function readLinkSecret(): void {
  const secret = location.hash.slice(1)
  if (secret === '') return
  linkSecret.value = secret
  history.replaceState(null, '', location.pathname + location.search)
}
