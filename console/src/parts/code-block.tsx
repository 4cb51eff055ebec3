/** Code in lines, which scrolls, also by the keyboard. */
export function CodeBlock({ code }: { readonly code: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <pre class="code" tabIndex={0}>
      {code}
    </pre>
  )
}
