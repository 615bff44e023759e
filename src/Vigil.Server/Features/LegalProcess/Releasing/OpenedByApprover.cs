using Vigil.Trust;

namespace Vigil.Server.Features.LegalProcess;

/// <summary>
/// What the reader, who may approve a release, has opened of it themselves. Files that are known need no look, so
/// nothing is asked for; the page says it before they approve, and the ledger afterwards.
/// </summary>
/// <param name="Contents">Of those that leave: shown to them whole.</param>
/// <param name="Words">Cases whose words leave with the facts, and whose words were shown to them.</param>
internal sealed record OpenedByApprover(int Contents, int Words)
{
    public static async Task<OpenedByApprover> ReadAsync(Tx tx, ReleasePlan plan, IReadOnlyList<string> cases)
    {
        if (!tx.IsAnswered<CaseViewLogWanted>())
        {
            return new OpenedByApprover(0, 0);
        }
        var words = 0;
        var items = new HashSet<Guid>();
        foreach (var reference in cases)
        {
            var log = await tx.AskAsync<CaseViewLogWanted, CaseViewLog>(
                new CaseViewLogWanted(new CaseRef(reference))
            );
            var own = log.Views.Where(view => view.Viewer == tx.Actor.Name).ToList();
            words += plan.Facts && own.Any(view => view.Mode == "words") ? 1 : 0;
            items.UnionWith(own.Where(view => view.ShownWhole).Select(view => view.ItemId).OfType<Guid>());
        }
        return new OpenedByApprover(await CountAsync(tx, plan.Contents, items), words);
    }

    private static async Task<int> CountAsync(Tx tx, IReadOnlyList<Guid> contents, HashSet<Guid> items)
    {
        var opened = 0;
        foreach (var content in contents)
        {
            var item = await tx.QueryAsync<Guid>(
                """
                select item_id from content_overview
                where tenant = @tenant and id = @content and item_id is not null
                """,
                new { content }
            );
            opened += item.Any(items.Contains) ? 1 : 0;
        }
        return opened;
    }
}
