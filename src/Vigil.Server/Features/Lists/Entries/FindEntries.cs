using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Features.Lists.Keeping;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Lists.Entries;

internal sealed record FoundEntries(IReadOnlyList<EntryView> Entries);

/// <summary>
/// Which entries carry this value, on any list? By POST, since a hash value is a secret and stands in no
/// address. Each look-up is in the ledger: it tells the asker what is on the lists.
/// </summary>
internal sealed class FindEntries(Db db)
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                "/v1/lists/entries/lookup",
                async (HttpContext context, FindEntries find) =>
                    Results.Json(
                        await find.RunAsync(
                            context.Actor(),
                            await JsonBody.ReadAsync<EntryToAdd>(context),
                            context.RequestAborted
                        )
                    )
            )
            .Require(Permission.ListExport)
            .WithName("FindEntries")
            .WithSummary("Entries of all lists that carry one of these fingerprints, this URL or this domain")
            .WithTags("Lists")
            .Accepts<EntryToAdd>("application/json")
            .Produces<FoundEntries>()
            .ProducesProblem(StatusCodes.Status400BadRequest);

    public Task<FoundEntries> RunAsync(Actor actor, EntryToAdd wanted, CancellationToken cancellation) =>
        db.ActAsync(
            actor,
            Permission.ListExport,
            async tx =>
            {
                var read = EntryReading.Read(tx.Secrets, wanted);
                var draft =
                    read.Draft ?? throw ProblemException.BadRequest("bad_value", read.Advice ?? "No value.");
                var signals = await SignalsAsync(tx, draft);
                var entries = await ManyRows.SelectWantedAsync<EntryView>(
                    tx,
                    EntryView.SelectWanted,
                    signals.Take(ListsLimits.MaxPage).Select(id => (object)id)
                );
                await tx.RecordAsync(
                    new LedgerAct("list.value_looked_up", $"{draft.Kind}")
                    {
                        Secret = Convert.ToHexStringLower(draft.Blind),
                        Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                        {
                            ["entries"] = entries.Count.ToString(
                                System.Globalization.CultureInfo.InvariantCulture
                            ),
                        },
                    }
                );
                return new FoundEntries(entries);
            },
            cancellation
        );

    /// <summary>The very set of fingerprints, and each signal that has one of them.</summary>
    private static async Task<HashSet<Guid>> SignalsAsync(Tx tx, EntryDraft draft)
    {
        var alone = AloneOf(tx, draft);
        var whole = await ManyRows.SelectWantedAsync<Guid>(
            tx,
            """
            select s.id from wanted cross join signal s
            where s.tenant = @tenant and s.kind = @kind and s.blind = wanted.value
            """,
            [draft.Blind, .. alone],
            ("kind", $"{draft.Kind}")
        );
        var parts =
            draft.Kind == SignalKind.File
                ? await ManyRows.SelectWantedAsync<Guid>(
                    tx,
                    """
                    select p.signal_id from wanted cross join signal_part p
                    where p.tenant = @tenant and p.blind = wanted.value
                    """,
                    EntryDraft.PartsOf(tx.Secrets, draft.Value)
                )
                : [];
        return [.. whole, .. parts];
    }

    /// <summary>Signals of one fingerprint have no parts: they are found as a whole.</summary>
    private static IEnumerable<byte[]> AloneOf(Tx tx, EntryDraft draft)
    {
        var value = draft.Value;
        SignalValue[] alone =
        [
            new() { Md5 = value.Md5 },
            new() { Sha1 = value.Sha1 },
            new() { Sha256 = value.Sha256 },
            new() { Pdq = value.Pdq },
        ];
        return draft.Kind == SignalKind.File
            ? alone.Select(one => EntryDraft.BlindOf(tx.Secrets, SignalKind.File, one))
            : [];
    }
}
