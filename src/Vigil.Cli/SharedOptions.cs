using System.CommandLine;
using Vigil.Cli.Output;
using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Matching.Lists;
using Vigil.Media;

namespace Vigil.Cli;

/// <summary>
/// Options that several commands have, so that they mean the same everywhere, and how their values are
/// read.
/// </summary>
internal static class SharedOptions
{
    /// <summary>Most jobs at once: more only fill memory.</summary>
    private const int MaxJobs = 256;

    public static readonly Option<string?> Data = new("--data")
    {
        Description =
            "Data folder: lists, keys, scan journals. Default: $VIGIL_DATA, or ~/.local/share/vigil",
        HelpName = "DIR",
        Recursive = true,
    };

    public static readonly Option<string?> MediaSandbox = new("--media-sandbox")
    {
        Description =
            "required (default), or none: pictures are decoded without the sandbox; also $VIGIL_MEDIA_SANDBOX "
            + "or \"media\": {\"sandbox\": \"none\"} in vigil.json of the data folder",
        HelpName = "required|none",
        Recursive = true,
    };

    public static Option<string?> Text(string name, string helpName, string description) =>
        new(name) { HelpName = helpName, Description = description };

    public static Option<string[]> Repeated(string name, string helpName, string description) =>
        new(name)
        {
            HelpName = helpName,
            Description = description,
            DefaultValueFactory = _ => [],
        };

    public static Option<bool> Flag(string name, string description) =>
        new(name) { Description = description };

    public static Argument<string[]> Paths(string description, bool required = true) =>
        new("PATH")
        {
            Description = description,
            Arity = required ? ArgumentArity.OneOrMore : ArgumentArity.ZeroOrMore,
            DefaultValueFactory = _ => [],
        };

    public static Option<string?> Format() =>
        Text("--format", "text|csv|json|jsonl", "Default: text on a terminal, else csv");

    /// <summary>For commands with one answer.</summary>
    public static Option<string?> SingleFormat() => Text("--format", "text|json", "Default: text");

    public static Option<string?> Truncated() =>
        Text(
            "--truncated",
            "mark|refuse",
            "Pictures whose data ends early: hash what decodes (default), or refuse"
        );

    public static Option<string?> MaxBytes() =>
        Text("--max-bytes", "SIZE", "Largest file read, as in 300M or 4G. Default 256M");

    public static Option<string?> Jobs() =>
        Text("--jobs", "N", "Pictures decoded at once. Default: one a processor");

    public static int ReadInt(Option<string?> option, string? text, int fallback, int min, int max) =>
        text is null ? fallback
        : int.TryParse(text, out var value) && value >= min && value <= max ? value
        : throw new UsageException(
            $"{option.Name} takes a whole number from {min} to {max}, not '{Printable.Of(text)}'."
        );

    public static int ReadJobs(ParseResult parsed, Option<string?> option) =>
        ReadInt(option, parsed.GetValue(option), Environment.ProcessorCount, 1, MaxJobs);

    /// <summary>Null: each list's own.</summary>
    public static Radius? ReadRadius(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) is { } text ? new Radius(ReadInt(option, text, 0, 0, Radius.Max)) : null;

    /// <summary>One of several words; the first is the default.</summary>
    public static T ReadChoice<T>(
        Option<string?> option,
        string? text,
        params (string Word, T Value)[] choices
    )
    {
        if (text is null)
        {
            return choices[0].Value;
        }

        foreach (var (word, value) in choices)
        {
            if (word == text)
            {
                return value;
            }
        }
        var words = string.Join(", ", choices.Select(choice => choice.Word));
        throw new UsageException($"{option.Name} takes one of {words}, not '{Printable.Of(text)}'.");
    }

    public static OutputFormat ReadFormat(
        ParseResult parsed,
        Option<string?> option,
        OutputFormat fallback
    ) =>
        ReadChoice(
            option,
            parsed.GetValue(option) ?? Advice.Kebab(fallback),
            ("text", OutputFormat.Text),
            ("csv", OutputFormat.Csv),
            ("json", OutputFormat.Json),
            ("jsonl", OutputFormat.Jsonl)
        );

    public static OutputFormat ReadFormat(ParseResult parsed, Option<string?> option) =>
        ReadFormat(parsed, option, Terminal.OutIsTerminal ? OutputFormat.Text : OutputFormat.Csv);

    /// <summary>For commands with one answer.</summary>
    public static OutputFormat ReadSingleFormat(ParseResult parsed, Option<string?> option) =>
        ReadChoice(option, parsed.GetValue(option), ("text", OutputFormat.Text), ("json", OutputFormat.Json));

    public static TruncatedPolicy ReadTruncated(ParseResult parsed, Option<string?> option) =>
        ReadChoice(
            option,
            parsed.GetValue(option),
            ("mark", TruncatedPolicy.HashAndMark),
            ("refuse", TruncatedPolicy.Refuse)
        );

    public static PdqResize ReadResize(ParseResult parsed, Option<string?> option) =>
        ReadChoice(option, parsed.GetValue(option), ("none", PdqResize.None), ("512", PdqResize.Nearest512));

    public static ListFormat ReadListFormat(ParseResult parsed, Option<string?> option) =>
        ReadChoice(
            option,
            parsed.GetValue(option),
            ("detect", ListFormat.Detect),
            ("lines", ListFormat.Lines),
            ("csv", ListFormat.Csv),
            ("vics", ListFormat.Vics),
            ("tx", ListFormat.ThreatExchangeLocal)
        );

    /// <summary>
    /// What 64 digits without a name are: a flag says so, because PDQ and SHA-256 have as many.
    /// </summary>
    public static SixtyFourDigits ReadDigits(ParseResult parsed, Option<bool> sha256) =>
        parsed.GetValue(sha256) ? SixtyFourDigits.Sha256 : SixtyFourDigits.Pdq;

    /// <summary>A number of bytes, with K, M, G or T for powers of 1024.</summary>
    public static long ReadMaxBytes(ParseResult parsed, Option<string?> option)
    {
        var text = parsed.GetValue(option);
        if (text is null)
        {
            return new MediaLimits().MaxFileBytes;
        }

        var power = text.Length > 1 ? "KMGT".IndexOf(char.ToUpperInvariant(text[^1])) + 1 : 0;
        if (
            long.TryParse(power > 0 ? text[..^1] : text, out var value)
            && value > 0
            && value < long.MaxValue >> (10 * power)
        )
        {
            return value << (10 * power);
        }

        throw new UsageException(
            $"{option.Name} takes a size such as 300M or 4G, not '{Printable.Of(text)}'."
        );
    }
}
