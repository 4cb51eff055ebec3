/**
 * The forms in which a secret may appear in a text: plain, and encoded for a URL, JSON, HTML or a header. A form may be in
 * the middle of a longer encoded text.
 */
export function writtenForms(secret: string): string[] {
  const inUrl = encodeURIComponent(secret)
  const bytes = Buffer.from(secret)
  return [
    secret,
    inUrl,
    encodeURIComponent(inUrl),
    JSON.stringify(secret).slice(1, -1),
    Array.from(secret, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
    secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
    bytes.toString('hex'),
    ...[0, 1, 2].flatMap((shift) => base64Forms(bytes, shift)),
  ]
}

/** @param shift how many bytes of a group of three precede the secret */
function base64Forms(bytes: Buffer, shift: number): string[] {
  const shifted = Buffer.concat([Buffer.alloc(shift), bytes])
  // Leaves out characters at both ends that depend on neighbouring bytes.
  const start = Math.ceil((shift * 4) / 3)
  const end = Math.floor((shifted.length * 4) / 3)
  return (['base64', 'base64url'] as const).map((form) => shifted.toString(form).slice(start, end))
}
