import type { Prompt } from '../../../completion/prompt.ts'

/** The same prompt with the schema of the reply told in its system text: a model that is only held to it writes worse. */
export function withOutputSchemaText(prompt: Prompt): Prompt {
  if (prompt.outputSchema === null) return prompt
  const told = `Reply with nothing but JSON that fits this JSON schema:\n${JSON.stringify(prompt.outputSchema)}`
  return { ...prompt, systemText: prompt.systemText === '' ? told : `${prompt.systemText}\n\n${told}` }
}
