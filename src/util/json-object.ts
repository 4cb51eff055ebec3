/** An object as JSON has it; what its members hold has to be looked at. */
export type JsonObject = Readonly<Record<string, unknown>>
