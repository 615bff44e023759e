using Vigil.CyberTip;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>What happened, when and where.</summary>
internal static class BuildIncident
{
    private const int PlatformCharacters = 256;
    private const int UrlCharacters = 2083;

    /// <summary>Where nobody is a suspect, a person says it all; a time of arrival claims nothing.</summary>
    public static IncidentSummary Nothing(DraftSources from)
    {
        var (at, description) = ArrivalOf(from);
        return new IncidentSummary
        {
            IncidentType = from.Type ?? default,
            IncidentDateTime = at,
            IncidentDateTimeDescription = description,
        };
    }

    public static IncidentSummary Summary(DraftSources from)
    {
        var row = IncidentTable.Of(from.Case.ProblemType);
        var told = from.Subject.Report?.IncidentSummary;
        var type = from.Type ?? row.Type ?? default;
        var (at, description) = TimeOf(from);
        return new IncidentSummary
        {
            IncidentType = type,
            Platform = told?.Platform ?? PlatformOf(from),
            EscalateToHighPriority = from.Case.DangerAt is { } danger ? DraftTexts.Danger(danger) : null,
            // What the table says of a type is not said of another that a person chose.
            ReportAnnotations = type == row.Type ? Annotations(row.ReportAnnotations) : null,
            IncidentDateTime = at,
            IncidentDateTimeDescription = told?.IncidentDateTimeDescription ?? description,
        };
    }

    /// <summary>As told; else where the files were, or the address that the case is of.</summary>
    public static ValueList<InternetDetails> Places(DraftSources from, IReadOnlyList<BuiltFile> files)
    {
        if (from.Subject.Report?.InternetDetails is { Count: > 0 } told)
        {
            return told;
        }
        var urls = files
            .Select(file => file.Details.LocationOfFile)
            .Append(AddressOf(from.Case.Account))
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .ToList();
        return urls.Count == 0
            ? []
            : [new InternetDetails { WebPageIncident = new WebPageIncident { Url = [.. urls] } }];
    }

    /// <summary>A case may be of an address; null: it is of an account, or of nobody.</summary>
    public static string? AddressOf(string? account) =>
        account is { Length: <= UrlCharacters }
        && account.Contains("://", StringComparison.Ordinal)
        && !account.Any(char.IsWhiteSpace)
        && Uri.TryCreate(account, UriKind.Absolute, out var url)
        && url.Host.Length > 0
            ? account
            : null;

    private static (DateTimeOffset At, string? Description) TimeOf(DraftSources from)
    {
        if (from.Subject.IncidentAt is { } told)
        {
            return (told, null);
        }
        var uploaded = from
            .Used.Select(item =>
                item.ContentRef is { } reference
                    ? from.Subject.Contents.GetValueOrDefault(reference)?.UploadedToEspTimestamp
                    : null
            )
            .Min();
        return uploaded is { } at ? (at, DraftTexts.TimeOfUpload) : ArrivalOf(from);
    }

    private static (DateTimeOffset, string?) ArrivalOf(DraftSources from) =>
        (from.Used.Min(item => item.At), DraftTexts.TimeOfArrival);

    private static string? PlatformOf(DraftSources from)
    {
        var words = new[] { from.Organisation.ServiceName, DraftTexts.Plain(from.Case.Surface) };
        var text = string.Join(", ", words.Where(word => !string.IsNullOrEmpty(word)));
        return text.Length is 0 or > PlatformCharacters ? null : text;
    }

    private static ReportAnnotations? Annotations(IReadOnlyList<string> names)
    {
        var annotations = new ReportAnnotations
        {
            Sextortion = names.Contains("sextortion"),
            CsamSolicitation = names.Contains("csamSolicitation"),
            MinorToMinorInteraction = names.Contains("minorToMinorInteraction"),
            SadisticOnlineExploitation = names.Contains("sadisticOnlineExploitation"),
        };
        return annotations == new ReportAnnotations() ? null : annotations;
    }
}
