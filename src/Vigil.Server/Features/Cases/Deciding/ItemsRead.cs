using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>
/// What somebody had read of a case when they decided: what came since, or is not as it was read, is not decided
/// with it.
/// </summary>
/// <param name="Ids">Items that they read as open; null: not said.</param>
/// <param name="Count">How many items the case had then; null: not said.</param>
internal sealed record ItemsRead(IReadOnlyList<Guid>? Ids, int? Count = null)
{
    /// <summary>
    /// The hidden field of a page's forms: the items that it shows, apart by spaces, as "ID:confirmed"; without a word
    /// they are open.
    /// </summary>
    public const string Field = "shown";

    private const string Open = "open";

    /// <summary>Items with the word of their state as it was shown; null: not said.</summary>
    public IReadOnlySet<(Guid Id, string State)>? States { get; private init; }

    /// <summary>Of a form; without the field nothing is said.</summary>
    public static ItemsRead Of(string? shown)
    {
        if (shown is null)
        {
            return new ItemsRead(Ids: null);
        }
        var states = shown.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(StateOf).ToHashSet();
        return new ItemsRead([.. states.Where(item => item.State == Open).Select(item => item.Id)])
        {
            States = states,
        };
    }

    /// <summary>The field's value on a case's page: a state is told as the page tells it.</summary>
    public static string Shown(CaseView view) =>
        string.Join(' ', view.Items.Select(item => $"{item.Id}:{item.State}"));

    private static (Guid Id, string State) StateOf(string text)
    {
        var at = text.IndexOf(':', StringComparison.Ordinal);
        var (id, state) = at < 0 ? (text, Open) : (text[..at], text[(at + 1)..]);
        return (Guid.TryParse(id, out var read) ? read : Guid.Empty, state);
    }

    /// <summary>
    /// What is to be changed is as it was shown: "not CSAM", ticked at an open item, takes back no confirmation that
    /// somebody else made since. Where nothing is said, it is not asked.
    /// </summary>
    /// <exception cref="ProblemException">case_changed: nothing is to be written.</exception>
    public void RequireAsShown(CaseFile file, IReadOnlyList<CaseItem> changed)
    {
        if (States is { } shown)
        {
            RequireNone(file, changed.Count(item => !shown.Contains((item.Id, Words.NameOf(item.State)))));
        }
    }

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
                        ? $"An item of {file.Ref} came, or was decided or opened again, since you read it. "
                        : $"{came} items of {file.Ref} came, or were decided or opened again, since you read it. "
                ) + "Nothing was written: open the case, read it whole, then decide it there."
            );
        }
    }
}
