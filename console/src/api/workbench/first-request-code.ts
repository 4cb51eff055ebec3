import { requestCode } from './request-code.ts'

/** A command that sends a first request with a new key. */
export function firstRequestCode(model: string, secret: string, origin: string): string {
  const body = { model, max_tokens: 64, messages: [{ role: 'user', content: 'What is 17 + 25?' }] }
  return requestCode('curl', { path: '/v1/messages', body }, origin).replace(
    '$ANTHROPIC_API_KEY',
    () => secret,
  )
}
