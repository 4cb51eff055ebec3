/** The color of a workspace, beside its name. */
export function ColorDot({ color }: { readonly color: string }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <circle cx="8" cy="8" r="5" fill={color} stroke="none" />
    </svg>
  )
}
