interface JsonViewProps {
  /** What the JSON is, above it. */
  readonly title: string;
  /** JSON text, indented for reading. */
  readonly text: string;
}

/** A piece of JSON under its title. */
export function JsonView({ title, text }: JsonViewProps) {
  return (
    <figure>
      <figcaption>{title}</figcaption>
      <pre>{text}</pre>
    </figure>
  );
}
