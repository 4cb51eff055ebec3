import type { ModelRoutes } from '../config/model-routes.ts'

/** A line for each model: id, date, engine and display name, newest first. */
export function modelTable(routes: ModelRoutes): string {
  const { models } = routes.catalog.page({ maxModels: Number.MAX_SAFE_INTEGER })
  const idWidth = Math.max(...models.map(({ id }) => id.length))
  const engineWidth = Math.max(...models.map(({ id }) => routes.engineNameFor(id).length))
  const lines = models.map(({ id, createdAt, displayName }) => {
    const engine = routes.engineNameFor(id).padEnd(engineWidth)
    return `${id.padEnd(idWidth)}  ${createdAt.slice(0, 10)}  ${engine}  ${displayName}\n`
  })
  return lines.join('')
}
