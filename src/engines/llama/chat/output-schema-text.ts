import type { Prompt } from '../../../completion/prompt.ts'

/** Adds the output schema to the system text: a model writes better when it knows the schema that constrains it. */
export function withOutputSchemaText(prompt: Prompt): Prompt {
  if (prompt.outputSchema === null) return prompt
  const instruction = `Reply with nothing but JSON that fits this JSON schema:\n${JSON.stringify(prompt.outputSchema)}`
  return {
    ...prompt,
    systemText: prompt.systemText === '' ? instruction : `${prompt.systemText}\n\n${instruction}`,
  }
}
