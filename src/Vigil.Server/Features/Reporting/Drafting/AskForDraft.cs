using Vigil.CyberTip;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>POST /v1/cases/{ref}/reports: a request's words to a draft.</summary>
internal static class AskForDraft
{
    /// <summary>Whose reports can name all accounts of a batch.</summary>
    private static readonly string[] Batching =
    [
        CyberTipDestination.DestinationCode,
        Destinations.PoliceDestination.DestinationCode,
    ];

    /// <summary>Whether a report to it can be of several cases of the very same file.</summary>
    public static bool TakesBatches(Destination destination) => Batching.Contains(destination.Code);

    /// <exception cref="ProblemException">An unknown word; or as <see cref="Drafts.CreateAsync"/>.</exception>
    public static async Task<ReportRow> RunAsync(Tx tx, string reference, DraftRequest request)
    {
        // The request's words first: what they say is the same whatever case is named.
        var destination = DestinationOf(request.Destination);
        if (request.Batch is { Count: > 0 } && !TakesBatches(destination))
        {
            throw ProblemException.BadRequest(
                "no_batch",
                $"A report to {destination.Name} names one account: draft one for each case. 'batch' is for "
                    + $"{string.Join(", ", Batching)}."
            );
        }
        if (!CaseRef.IsWellFormed(reference))
        {
            throw ProblemException.NotFound("There is no case of this reference.");
        }
        var report = await Drafts.CreateAsync(
            tx,
            new CaseRef(reference),
            destination,
            Words.Read<ReportEnvironment>(request.Environment, "environment"),
            request.Follows,
            new DraftWish(TypeOf(request.IncidentType), BatchOf(request.Batch))
        );
        // What could never be approved is not written.
        await Destinations.RealInTest.RefuseAsync(tx, destination, report.Environment, report.IsTest);
        return report;
    }

    private static Destination DestinationOf(string? code) =>
        AllDestinations.Find(code ?? "")
        ?? throw ProblemException.BadRequest(
            "unknown_destination",
            $"'destination' is one of: {string.Join(", ", AllDestinations.All.Select(each => each.Code))}."
        );

    private static IncidentType? TypeOf(string? word) =>
        string.IsNullOrEmpty(word)
            ? null
            : IncidentTable.TypeOf(word)
                ?? throw ProblemException.BadRequest(
                    "unknown_incident_type",
                    $"'incidentType' is one of: {string.Join(", ", Enum.GetNames<IncidentType>())}."
                );

    private static IReadOnlyList<CaseRef>? BatchOf(IReadOnlyList<string>? references)
    {
        if (references?.Any(reference => !CaseRef.IsWellFormed(reference)) == true)
        {
            throw ProblemException.BadRequest(
                "bad_batch",
                "'batch' has references of cases, as VC-7K3Q-M2ZD-9F."
            );
        }
        return references is null ? null : [.. references.Select(reference => new CaseRef(reference))];
    }
}
