using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Features.Lists.Keeping;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Lists.Describing;

/// <summary>What is to change; what is not said stays. Name and purpose never change.</summary>
internal sealed record ListChange
{
    public string? Title { get; init; }
    public string? Source { get; init; }
    public string? Licence { get; init; }
    public string? OnwardSharing { get; init; }
    public string? Confidence { get; init; }
    public string? Jurisdiction { get; init; }

    /// <summary>Empty: taken back, and the list is no longer report-eligible.</summary>
    public string? Attestation { get; init; }
    public string? Mode { get; init; }
    public int? Radius { get; init; }
    public int? QualityFloor { get; init; }
    public int? StaleAfterDays { get; init; }

    /// <summary>
    /// Needed for what changes answers or duties: mode, radius, floor, confidence, terms, attestation.
    /// </summary>
    public string? Reason { get; init; }

    public bool NeedsReason =>
        (Mode ?? OnwardSharing ?? Confidence ?? Attestation) is not null
        || Radius is not null
        || QualityFloor is not null;
}

internal sealed class ChangeList(ListWriting lists)
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPatch(
                "/v1/lists/{list}",
                async (HttpContext context, string list, ChangeList change) =>
                    Results.Json(
                        await change.RunAsync(
                            context.Actor(),
                            list,
                            await JsonBody.ReadAsync<ListChange>(context),
                            context.RequestAborted
                        )
                    )
            )
            .Require(Permission.ListWrite)
            .WithName("ChangeList")
            .WithSummary("Describe a list anew, or change its mode, radius or quality floor")
            .WithTags("Lists")
            .Accepts<ListChange>("application/json")
            .Produces<ListView>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);

    public Task<ListView> RunAsync(
        Actor actor,
        string reference,
        ListChange change,
        CancellationToken cancellation
    )
    {
        var reason = change.NeedsReason ? NamedText.Reason(change.Reason) : change.Reason;
        var text = ListTexts.Of(
            change.Title,
            change.Source,
            change.Licence,
            change.Jurisdiction,
            change.Attestation
        );
        return lists.ActAsync(
            actor,
            Permission.ListWrite,
            async (tx, generation) =>
            {
                var row = await StoredList.GetAsync(tx, reference);
                await tx.ExecuteAsync(
                    """
                    update list set title = @title, source = @source, licence = @licence,
                        onward_sharing = @sharing, confidence = @confidence, jurisdiction = @jurisdiction,
                        attestation = @attestation, mode = @mode, radius = @radius, quality_floor = @floor,
                        stale_after_days = @staleAfterDays, generation = @generation, changed_at = @at,
                        changed_by = @by
                    where tenant = @tenant and id = @id
                    """,
                    Values(row, change, text, tx, generation)
                );
                var after = await StoredList.GetAsync(tx, $"{row.Id}");
                await tx.RecordAsync(
                    new LedgerAct("list.changed", $"{row.Id}")
                    {
                        Reason = string.IsNullOrWhiteSpace(reason) ? null : NamedText.Reason(reason),
                        Facts = Differences(row, after),
                    }
                );
                return ListView.Of(after, tx.Now);
            },
            cancellation
        );
    }

    private static object Values(StoredList row, ListChange change, ListTexts text, Tx tx, long generation) =>
        new
        {
            id = row.Id,
            title = text.Title ?? row.Title,
            source = text.Source ?? row.Source,
            licence = text.Licence ?? row.Licence,
            sharing = change.OnwardSharing is null
                ? row.OnwardSharing
                : ListWords.Sharing(change.OnwardSharing),
            confidence = change.Confidence is null ? row.Confidence : ListWords.Confidence(change.Confidence),
            jurisdiction = text.Jurisdiction ?? row.Jurisdiction,
            attestation = text.Attestation is null ? row.Attestation
            : text.Attestation.Length == 0 ? null
            : text.Attestation,
            mode = change.Mode is null ? row.Mode : ListWords.Mode(change.Mode),
            radius = ListTexts.Radius(change.Radius) ?? row.Radius,
            floor = ListTexts.Floor(change.QualityFloor) ?? row.QualityFloor,
            staleAfterDays = change.StaleAfterDays is null
                ? row.StaleAfterDays
                : ListTexts.StaleAfter(change.StaleAfterDays),
            generation,
            at = tx.Now,
            by = tx.Actor.Name,
        };

    /// <summary>For the ledger: what was and what is, of settings; of texts, that they changed.</summary>
    private static Dictionary<string, string> Differences(StoredList before, StoredList after)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        void Note(string name, string was, string now)
        {
            if (was != now)
            {
                facts[name] = $"{was} to {now}";
            }
        }
        Note("mode", ListWords.ModeOf(before.Mode), ListWords.ModeOf(after.Mode));
        Note("radius", Text(before.Radius), Text(after.Radius));
        Note("qualityFloor", Text(before.QualityFloor), Text(after.QualityFloor));
        Note("staleAfterDays", Text(before.StaleAfterDays), Text(after.StaleAfterDays));
        Note("onwardSharing", before.OnwardSharing, after.OnwardSharing);
        Note("confidence", before.Confidence, after.Confidence);
        Note("jurisdiction", before.Jurisdiction, after.Jurisdiction);
        Note("reportEligible", $"{before.Attestation is not null}", $"{after.Attestation is not null}");
        var texts = (before.Title, before.Source, before.Licence, before.Attestation);
        if (texts != (after.Title, after.Source, after.Licence, after.Attestation))
        {
            facts["texts"] = "changed";
        }
        return facts;
    }

    private static string Text(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "none";
}
