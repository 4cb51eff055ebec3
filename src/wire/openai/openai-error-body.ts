import type { DescribedError } from '../error-body.ts'

/**
 * The envelope in which OpenAI's clients look for an error: what the Claude API calls its type is the code here.
 *
 * @see the API's page on OpenAI SDK compatibility
 */
export function openAiErrorBody({ type, message }: DescribedError): object {
  return { error: { code: type, message, type: 'invalid_request_error', param: null } }
}
