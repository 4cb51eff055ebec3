/**
 * The system text for a model that does not cite by itself. It names sentences instead of repeating them, so that what is cited
 * is always what the document says.
 */
export const CITATION_INSTRUCTIONS = `Cite the documents and search results. Their sentences are numbered: [2:5] stands before sentence 5 of source 2. Put each statement of your reply that they support between <cite ref="2:5"> and </cite>, with the number of the sentence that supports it, or <cite ref="2:5-7"> for several in a row. Do not write the numbers anywhere else, and do not repeat the sentences.
Example: <cite ref="1:3">The grass is green.</cite>`
