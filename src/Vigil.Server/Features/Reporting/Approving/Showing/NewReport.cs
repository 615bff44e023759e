using System.Globalization;
using Microsoft.AspNetCore.Http;
using Vigil.CyberTip;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving.Showing;

/// <param name="Text">What it is, in one line.</param>
public sealed record EarlierChoice(Guid Id, string Group, string Text);

/// <summary>What a person can choose when they write a report of a case.</summary>
/// <param name="Derived">The incident type of the case's problem type; empty: a person has to say one.</param>
/// <param name="Earlier">Reports of the case and of its account's other cases, the newest first.</param>
public sealed record NewReport(string CaseRef, string Derived, IReadOnlyList<EarlierChoice> Earlier)
{
    /// <summary>Cases of the account whose reports are offered, and reports of all of them.</summary>
    private const int OtherCases = 50;
    private const int Reports = 100;

    public static IReadOnlyList<string> BatchNames { get; } =
    [.. AllDestinations.All.Where(AskForDraft.TakesBatches).Select(each => each.Name)];

    public static IReadOnlyList<KeyValuePair<string, string>> Types { get; } =
    [
        .. Enum.GetValues<IncidentType>()
            .Select(type => KeyValuePair.Create($"{type}", Words.Of(type).Replace('_', ' '))),
    ];

    /// <summary>Null: there is no such case for this person.</summary>
    internal static async Task<NewReport?> ReadAsync(Tx tx, string caseRef)
    {
        if (!Trust.CaseRef.IsWellFormed(caseRef) || !await tx.MaySeeCaseAsync(caseRef))
        {
            return null;
        }
        var found = await Drafts.CaseOfAsync(tx, new CaseRef(caseRef));
        var rows = await ReportRow.OfCasesAsync(
            tx,
            found.OtherCases.Take(OtherCases).Select(each => each.Value).Append(caseRef).Distinct(),
            Reports
        );
        return new NewReport(
            caseRef,
            IncidentTable.Of(found.ProblemType).Type is { } type ? Words.Of(type).Replace('_', ' ') : "",
            [.. rows.Select(ChoiceOf)]
        );
    }

    /// <summary>As the API has it; what is empty was not said.</summary>
    /// <exception cref="ProblemException">The report that it follows is none.</exception>
    internal static DraftRequest RequestOf(IFormCollection form) =>
        new()
        {
            Destination = form["destination"],
            Environment = form["environment"],
            IncidentType = form["incidentType"],
            Follows = FollowsOf(form["follows"].ToString()),
            Batch = form["batch"].ToString().Split([' ', ',', ';', '\r', '\n', '\t'], Separating)
                is { Length: > 0 } others
                ? others
                : null,
        };

    private const StringSplitOptions Separating =
        StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;

    private static Guid? FollowsOf(string text) =>
        text.Length == 0 ? null
        : Guid.TryParse(text, out var id) ? id
        : throw ProblemException.BadRequest(
            "bad_follows",
            "Choose the report that this one follows from the list."
        );

    private static EarlierChoice ChoiceOf(ReportRow row)
    {
        var name = AllDestinations.Find(row.Destination)?.Name ?? row.Destination;
        var since = row.StateSince.UtcDateTime.ToString(
            "yyyy-MM-dd HH:mm 'UTC'",
            CultureInfo.InvariantCulture
        );
        var number = row.RemoteId is { Length: > 0 } remote ? $"{remote}, " : "";
        return new EarlierChoice(
            row.Id,
            $"{name}, {Words.Of(row.Environment)}",
            $"{number}{Words.Of(row.State).Replace('_', ' ')} since {since}, {row.CaseRef}"
        );
    }
}
