import { EFFORTS } from '../../completion/effort-budgets.ts'
import type { EngineCapabilities } from '../../completion/engine.ts'

const YES = { supported: true }
const NO = { supported: false }

/**
 * What a model supports through this server. A model that cannot think takes requests to think, and replies without it.
 *
 * @see the API's reference, "Get a Model": `capabilities`
 */
export function modelCapabilities({ images, outputSchema }: EngineCapabilities): object {
  return {
    batch: YES,
    citations: YES,
    code_execution: NO,
    context_management: {
      clear_thinking_20251015: YES,
      clear_tool_uses_20250919: YES,
      compact_20260112: NO,
      supported: true,
    },
    effort: { ...Object.fromEntries(EFFORTS.map((effort) => [effort, YES])), supported: true },
    image_input: { supported: images },
    pdf_input: YES,
    server_tools: { code_execution: NO, supported: false, web_search: NO },
    structured_outputs: { supported: outputSchema },
    thinking: {
      supported: true,
      types: { adaptive: YES, between_tools: YES, disabled: YES, enabled: YES },
    },
  }
}
