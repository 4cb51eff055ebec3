import type { ApiResponse } from '../../api-response.ts'
import { escapeHtml, htmlPage } from '../../html-page.ts'

/** Fills in the code, which is the part of the address that browsers keep to themselves. */
export const SET_UP_SCRIPT = `const code = decodeURIComponent(location.hash.slice(1))
if (code !== '') {
  document.querySelector('input[name=code]').value = code
  document.querySelector('a[href="/console/set-up"]').hash = code
  history.replaceState(null, '', location.pathname)
}
`

/** The page that asks for the code of a link, and for a name. */
export function setUpPage(problem: string | null = null, status = 200): ApiResponse {
  return htmlPage(
    'Set up Continuo',

    `<h1>Set up Continuo</h1>
${problem === null ? '' : `<p role="alert"><strong>${escapeHtml(problem)}</strong></p>`}
<p>This creates the first admin key, which opens the Admin API: users, workspaces, keys, limits, usage and cost. It is shown once.</p>
<p>For people: <a href="/console/set-up">become the first admin of the console</a>, with an address and a password. The link works for one of the two.</p>
<form method="post" autocomplete="off">
<label>Code of the link <input name="code" type="password" required></label>
<label>What the key is called <input name="name" value="First admin key" maxlength="500" required></label>
<button>Create the admin key</button>
</form>
<script src="/set-up/script.js"></script>`,
    status,
  )
}

/** The page that shows the new key, this once. */
export function adminKeyPage(secret: string): ApiResponse {
  return htmlPage(
    'Set up Continuo',

    `<h1>Your admin key</h1>
<p><code>${escapeHtml(secret)}</code></p>
<p>Keep it now: it is not shown again. Send it in <code>x-api-key</code> to <code>/v1/organizations/…</code> and <code>/continuo/…</code>.</p>`,
  )
}
