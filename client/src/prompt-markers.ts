/**
 * Opens a human turn, with two real newlines. A prompt starts with it, save for a system text before it.
 *
 * @example
 * const prompt = `${HUMAN_PROMPT} How many toes do dogs have?${AI_PROMPT}`
 * @see the API's reference, Completions: `prompt`
 */
export const HUMAN_PROMPT = '\n\nHuman:'

/**
 * Opens an assistant turn, with two real newlines. A prompt ends with it; text after it is continued.
 *
 * @see the API's reference, Completions: `prompt`
 */
export const AI_PROMPT = '\n\nAssistant:'
