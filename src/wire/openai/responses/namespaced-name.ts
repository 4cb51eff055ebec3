/** The name of a tool within a namespace, which clients call by both. */
export interface NamespacedName {
  readonly namespace: string
  readonly name: string
}

/** Names of tools as models know them, with what clients call them. */
export type NamespacedNames = ReadonlyMap<string, NamespacedName>

/** The name of a tool as a model knows it. */
export function modelToolName(namespace: string | null | undefined, name: string): string {
  return namespace ? `${namespace}__${name}` : name
}

/** The fields that name a called tool to its client. */
export function calledName(
  modelName: string,
  names: NamespacedNames,
): { readonly name: string } | NamespacedName {
  return names.get(modelName) ?? { name: modelName }
}
