import { createHash } from 'node:crypto'
import type { ApiResponse } from '../../api-response.ts'

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:4rem auto;padding:0 1rem;color-scheme:light dark}' +
  'label{display:block;margin:1rem 0}input{display:block;width:100%;box-sizing:border-box;font:inherit;padding:.4rem}' +
  'button{font:inherit;padding:.4rem 1rem}code{overflow-wrap:anywhere;user-select:all}'

/** Nothing but what the page itself has. */
const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // With "no-referrer" browsers would not say that the form is this page's.
  'referrer-policy': 'same-origin',
}

/** Fills in the code, which is the part of the address that browsers keep to themselves. */
export const SET_UP_SCRIPT = `const code = decodeURIComponent(location.hash.slice(1))
if (code !== '') {
  document.querySelector('input[name=code]').value = code
  history.replaceState(null, '', location.pathname)
}
`

/** The page that asks for the code of a link, and for a name. */
export function setUpPage(problem: string | null = null, status = 200): ApiResponse {
  return page(
    status,
    `<h1>Set up Continuo</h1>
${problem === null ? '' : `<p role="alert"><strong>${escaped(problem)}</strong></p>`}
<p>This creates the first admin key, which opens the Admin API: users, workspaces, keys, limits, usage and cost. It is shown once.</p>
<form method="post" autocomplete="off">
<label>Code of the link <input name="code" type="password" required></label>
<label>What the key is called <input name="name" value="First admin key" maxlength="500" required></label>
<button>Create the admin key</button>
</form>
<script src="/set-up/script.js"></script>`,
  )
}

/** The page that shows the new key, this once. */
export function adminKeyPage(secret: string): ApiResponse {
  return page(
    200,
    `<h1>Your admin key</h1>
<p><code>${escaped(secret)}</code></p>
<p>Keep it now: it is not shown again. Send it in <code>x-api-key</code> to <code>/v1/organizations/…</code> and <code>/continuo/…</code>.</p>`,
  )
}

function page(status: number, content: string): ApiResponse {
  const body = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Set up Continuo</title>
<style>${STYLE}</style>
<body>
${content}
</body>
</html>
`
  return { status, headers: HEADERS, body }
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
