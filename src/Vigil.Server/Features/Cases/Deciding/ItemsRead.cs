using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>
/// What somebody had read of a case when they decided about all of it: what came since is not decided with it.
/// </summary>
/// <param name="Ids">Items that they read; null: not said.</param>
/// <param name="Count">How many items the case had then; null: not said.</param>
internal sealed record ItemsRead(IReadOnlyList<Guid>? Ids, int? Count = null)
{
    /// <summary>The hidden field of a page's forms: ids of the open items that it shows, apart by spaces.</summary>
    public const string Field = "shown";

    /// <summary>Of a form; without the field nothing is said.</summary>
    public static ItemsRead Of(string? shown) =>
        new(
            shown
                ?.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(text => Guid.TryParse(text, out var id) ? id : Guid.Empty)
                .ToList()
        );

    /// <summary>The field's value on a case's page.</summary>
    public static string Shown(CaseView view) =>
        string.Join(' ', view.Items.Where(item => item.State == "open").Select(item => item.Id));

    /// <summary>Every open item was read. Where nothing is said, only of a case that never held another item.</summary>
    /// <exception cref="ProblemException">case_changed, items_needed: nothing is to be written.</exception>
    public void Require(CaseFile file, IReadOnlyList<CaseItem> items)
    {
        var open = items.Where(item => item.State == ItemState.Open).ToList();
        if (open.Count == 0)
        {
            return;
        }
        if (Ids is { } ids)
        {
            var read = ids.ToHashSet();
            RequireNone(file, open.Count(item => !read.Contains(item.Id)));
        }
        else if (Count is { } count)
        {
            RequireNone(file, items.Count - count);
        }
        else if (items.Count > 1)
        {
            throw ProblemException.BadRequest(
                "items_needed",
                $"{file.Ref} holds {items.Count} items, and more may come: name those that you read in 'items', or "
                    + "say in 'itemsRead' how many the case had when it was read. Nothing was written."
            );
        }
    }

    private static void RequireNone(CaseFile file, int came)
    {
        if (came < 0)
        {
            throw ProblemException.BadRequest(
                "bad_items_read",
                $"'itemsRead' is the number of items that {file.Ref} had when it was read; it never had so many."
            );
        }
        if (came > 0)
        {
            throw ProblemException.Conflict(
                "case_changed",
                (
                    came == 1
                        ? $"An item of {file.Ref} came, or was opened again, since you read it. "
                        : $"{came} items of {file.Ref} came, or were opened again, since you read it. "
                ) + "Nothing was written: open the case, read it whole, then decide it there."
            );
        }
    }
}
