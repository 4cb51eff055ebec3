/** Gray lines while something is loaded. */
export function Skeleton({ lines = 4 }: { readonly lines?: number }) {
  return (
    <div class="stack" role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, index) => (
        <div key={index} class="skeleton" style={{ width: `${94 - ((index * 17) % 43)}%` }} />
      ))}
    </div>
  )
}
