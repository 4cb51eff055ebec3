import Anthropic from '@anthropic-ai/sdk'

const MODEL = 'claude-haiku-4-5'
const WEATHER: Anthropic.Tool = {
  name: 'weather',
  description: 'The weather in a city.',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
}

/** Looks a city's weather up. */
export type LookUp = (city: string) => Promise<string>

/** Answers a question about the weather; a text for the user comes back in any case. */
export async function askAssistant(client: Anthropic, question: string, lookUp: LookUp): Promise<string> {
  const messages: Anthropic.MessageParam[] = [{ role: 'user', content: question }]
  try {
    for (let turn = 0; turn < 5; turn++) {
      const message = await client.messages
        .stream({ model: MODEL, max_tokens: 300, messages, tools: [WEATHER] })
        .finalMessage()
      const call = message.content.find((block) => block.type === 'tool_use')
      if (call === undefined) return textOf(message)
      messages.push({ role: 'assistant', content: message.content }, await resultOf(call, lookUp))
    }
    return 'I could not find that out.'
  } catch (error) {
    if (error instanceof Anthropic.APIError || error instanceof Anthropic.AnthropicError)
      return 'The assistant cannot be reached right now. Please try again.'
    throw error
  }
}

async function resultOf(call: Anthropic.ToolUseBlock, lookUp: LookUp): Promise<Anthropic.MessageParam> {
  const { city } = call.input as { city?: unknown }
  const content = typeof city === 'string' ? await lookUp(city) : 'The city must be a text.'
  const isError = typeof city !== 'string'
  return {
    role: 'user',
    content: [{ type: 'tool_result', tool_use_id: call.id, content, is_error: isError }],
  }
}

function textOf({ content }: Anthropic.Message): string {
  return content.map((block) => (block.type === 'text' ? block.text : '')).join('')
}
