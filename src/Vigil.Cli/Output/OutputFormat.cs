namespace Vigil.Cli.Output;

/// <summary>How results are written to standard output.</summary>
internal enum OutputFormat
{
    /// <summary>For people; may change between versions.</summary>
    Text,

    /// <summary>RFC 4180 with a header row.</summary>
    Csv,

    /// <summary>One JSON array, one object an input, one line an object.</summary>
    Json,

    /// <summary>One JSON object an input, one a line.</summary>
    Jsonl,
}
