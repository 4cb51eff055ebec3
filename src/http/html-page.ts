import { createHash } from 'node:crypto'
import type { ApiResponse } from './api-response.ts'

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:4rem auto;padding:0 1rem;color-scheme:light dark}' +
  'label{display:block;margin:1rem 0}input{display:block;width:100%;box-sizing:border-box;font:inherit;padding:.4rem}' +
  'button{font:inherit;padding:.4rem 1rem}code{overflow-wrap:anywhere;user-select:all}' +
  'pre{overflow:auto;padding:.8rem;border:1px solid #8886;border-radius:.4rem}table{border-collapse:collapse;width:100%}' +
  'td,th{text-align:left;vertical-align:top;padding:.2rem .8rem .2rem 0;border-bottom:1px solid #8884}h3{margin:2rem 0 .3rem}'

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

/**
 * A page for people.
 *
 * @param title text
 * @param content HTML, in which texts are escaped
 */
export function htmlPage(title: string, content: string, status = 200): ApiResponse {
  const body = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
<body>
${content}
</body>
</html>
`
  return { status, headers: HEADERS, body }
}

/** A text as HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
