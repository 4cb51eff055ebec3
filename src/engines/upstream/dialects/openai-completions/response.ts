import { textAt } from '../../../../util/json-value.ts'
import type { OnWarning } from '../../decoding/response-decoder.ts'
import type { DecodedPiece } from '../../decoding/response-events.ts'
import { openAiResponseReader } from '../openai/openai-response-decoder.ts'
import { OPENAI_SERVERS } from '../openai/openai-servers.ts'
import type { ResponseReader } from '../upstream-dialect.ts'
import { EchoDecoder } from './echo-decoder.ts'
import type { OpenAiCompletionsSettings } from './settings.ts'

/** Reads responses of `/v1/completions`. */
export function openAiCompletionsResponseReader(
  { server }: OpenAiCompletionsSettings,
  onWarning: OnWarning,
): ResponseReader {
  const reader = openAiResponseReader(OPENAI_SERVERS[server], textPieces, onWarning)
  return {
    ...reader,
    decoder(request, origin) {
      const decoder = reader.decoder(request, origin)
      return request.logprobs?.ofPrompt ? new EchoDecoder(decoder, request) : decoder
    },
  }
}

function textPieces(choice: unknown): readonly DecodedPiece[] {
  return [{ type: 'text', text: textAt(choice, 'text') ?? '' }]
}
