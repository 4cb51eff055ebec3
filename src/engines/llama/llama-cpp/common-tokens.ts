/** A vocabulary, as far as it is compared with another. */
export interface ComparedVocabulary {
  readonly size: number
  readonly type: number
  isControl(tokenId: number): boolean
  textOf(tokenId: number): string | null
}

/** Models of a family pad their vocabularies to different sizes. */
const MAX_SIZE_DIFFERENCE = 128

/**
 * Compares the vocabularies of a model and its draft model. Control tokens may differ: models of a family name those that
 * they do not use differently, and a wrong draft costs only time.
 *
 * @returns the number of tokens that both have, or the reason why they are different vocabularies
 */
export function commonTokens(model: ComparedVocabulary, draftModel: ComparedVocabulary): number | string {
  if (model.type !== draftModel.type) return 'their tokenizers are of different kinds'
  if (Math.abs(model.size - draftModel.size) > MAX_SIZE_DIFFERENCE)
    return `the model has ${model.size} tokens and the draft model ${draftModel.size}`
  const common = Math.min(model.size, draftModel.size)
  for (let token = 0; token < common; token++) {
    const [text, draftText] = [model.textOf(token), draftModel.textOf(token)]
    if (text !== draftText && !model.isControl(token))
      return `token ${token} is ${JSON.stringify(text)} in the model and ${JSON.stringify(draftText)} in the draft model`
  }
  return common
}
