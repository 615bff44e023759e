using System.Globalization;
using System.Text.RegularExpressions;

namespace Vigil.Server.Features.History.Keeping;

/// <summary>
/// A file of a tenant's history by its name, as "020783-4-0198….log" or "020783-4-0198…-1.his": the day, the key of
/// that day, which one, and of a segment how often it was written anew.
/// </summary>
internal sealed partial record HistoryName(int Day, int Epoch, Guid Id, int? Version)
{
    public bool IsLog => Version is null;

    /// <summary>What its seal is bound to, beside the version.</summary>
    public string ObjectId => $"{(IsLog ? "log" : "segment")} {Id:N}";

    public string FileName =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Day:D6}-{Epoch}-{Id:N}{(Version is { } version ? $"-{version}.his" : ".log")}"
        );

    public HistoryName AsSegment(int version) => this with { Version = version };

    /// <summary>Null: no file of the history.</summary>
    public static HistoryName? Parse(string fileName)
    {
        var match = Form().Match(fileName);
        if (
            !match.Success
            || !int.TryParse(match.Groups["day"].Value, CultureInfo.InvariantCulture, out var day)
            || !int.TryParse(match.Groups["epoch"].Value, CultureInfo.InvariantCulture, out var epoch)
            || !Guid.TryParseExact(match.Groups["id"].Value, "N", out var id)
        )
        {
            return null;
        }
        int? version = int.TryParse(
            match.Groups["version"].Value,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : null;
        return new HistoryName(day, epoch, id, version);
    }

    [GeneratedRegex(
        @"^(?<day>\d{6})-(?<epoch>\d{1,9})-(?<id>[0-9a-f]{32})(\.log|-(?<version>\d{1,9})\.his)\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Form();
}
