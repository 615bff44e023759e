using Microsoft.AspNetCore.Http;
using Vigil.Matching.Lists;
using Vigil.Server.Features.Lists.Keeping;
using Vigil.Server.Http;

namespace Vigil.Server.Features.Lists.Importing;

/// <summary>How a file is to be read, as the address or the form says.</summary>
internal sealed record ImportOptions
{
    public required ListReadOptions Reading { get; init; }

    /// <summary>What the sender calls the file; kept as provenance.</summary>
    public required string FileName { get; init; }

    /// <summary>The source itself says that withdrawn entries are back.</summary>
    public bool RestoresWithdrawn { get; init; }

    /// <summary>For <see cref="RestoresWithdrawn"/>.</summary>
    public string? Reason { get; init; }

    /// <summary>As the API's description has them.</summary>
    public static readonly FileBody Described = new(
        "The list file.",
        ["application/octet-stream", "text/plain", "text/csv", "application/json"],
        [
            new("format", "How the file is written; without it, it is told from the first bytes.")
            {
                OneOf = ["lines", "csv", "vics", "tx"],
            },
            new("sha256", "true: bare 64 digits are SHA-256, not PDQ.") { OneOf = ["true", "false"] },
            new("columns", "Which column of a CSV holds which field, as md5=MD5 hash,sha1=SHA1."),
            new("fileName", "What you call the file; kept with the import."),
            new(
                "restoreWithdrawn",
                "true: withdrawn entries that the file has are back, for the reason given."
            )
            {
                OneOf = ["true", "false"],
            },
            new("reason", "Why; needed with restoreWithdrawn=true."),
        ]
    );

    /// <param name="field">Gives a field's text; null: not said.</param>
    /// <exception cref="ProblemException">Not understood.</exception>
    public static ImportOptions Read(Func<string, string?> field)
    {
        var restores = Flag(field, "restoreWithdrawn");
        return new ImportOptions
        {
            Reading = new ListReadOptions
            {
                Format = Format(field("format")),
                SixtyFourDigits = Flag(field, "sha256") ? SixtyFourDigits.Sha256 : SixtyFourDigits.Pdq,
                Columns = Columns(field("columns")),
                MaxRows = ListsLimits.MaxImportRows,
            },
            FileName = NamedText.Checked(field("fileName"), "fileName", ListsLimits.MaxFileNameCharacters),
            RestoresWithdrawn = restores,
            Reason = restores ? NamedText.Reason(field("reason")) : null,
        };
    }

    public static ImportOptions Of(HttpRequest request) =>
        Read(name => request.Query.TryGetValue(name, out var value) ? value.ToString() : null);

    public static ListFormat Format(string? word) =>
        word switch
        {
            null or "" or "detect" => ListFormat.Detect,
            "lines" => ListFormat.Lines,
            "csv" => ListFormat.Csv,
            "vics" => ListFormat.Vics,
            "tx" => ListFormat.ThreatExchangeLocal,
            _ => throw ProblemException.BadRequest(
                "bad_format",
                "'format' is one of lines, csv, vics, tx; without it, it is told from the first bytes."
            ),
        };

    private static bool Flag(Func<string, string?> field, string name) =>
        field(name) switch
        {
            null or "" or "false" => false,
            "true" or "on" => true,
            _ => throw ProblemException.BadRequest("bad_flag", $"'{name}' is true or false."),
        };

    /// <summary>As "md5=MD5 hash,sha1=SHA1".</summary>
    private static Dictionary<string, string>? Columns(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }
        var columns = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var pair in text.Split(','))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1 || !columns.TryAdd(pair[..equals].Trim(), pair[(equals + 1)..].Trim()))
            {
                throw ProblemException.BadRequest(
                    "bad_columns",
                    "'columns' maps fields to columns, as md5=MD5 hash,sha1=SHA1."
                );
            }
        }
        return columns;
    }
}
