using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>
/// Where a notice from outside belongs: into each open case that holds a content of it, or else into its own case, the
/// account's, or a new one.
/// </summary>
internal static class AnswerNoticeCase
{
    public static async Task<NoticeCase> AnswerAsync(Tx tx, NoticeCaseWanted wanted)
    {
        var (held, isWhole) = await FindHeld.OfAsync(tx, wanted);
        var open = held.Where(one => one.File.State == CaseState.Open && HasRoom(one.File))
            .DistinctBy(one => one.File.Id)
            .ToList();
        var places = new List<NoticePlace>();
        foreach (var one in open.Take(FindHeld.MostNamed))
        {
            var item = ItemOf(wanted, one.ContentRef);
            var joined = await JoinCase.AddToAsync(tx, one.File, item);
            places.Add(new NoticePlace(joined.Ref, joined.ItemId, one.FoundBy));
        }
        if (places.Count == 0)
        {
            places.Add(await PutAsync(tx, wanted));
        }
        var earlier = held.Select(one => one.File)
            .Where(file => file.State != CaseState.Open)
            .DistinctBy(file => file.Id)
            .Take(FindHeld.MostNamed)
            .ToList();
        foreach (var file in earlier)
        {
            await CaseTimeline.AddAsync(tx, file.Id, "notice_received", $"See {places[0].Case}.");
        }
        return new NoticeCase(
            places,
            held.Count > 0,
            [.. earlier.Select(file => new CaseRef(file.Ref))],
            [.. held.Select(one => one.Located).OfType<LocatedContent>().Distinct()],
            isWhole && open.Count <= FindHeld.MostNamed
        );
    }

    public static async Task<HarmlessItems> AnswerAsync(Tx tx, HarmlessItemsWanted wanted) =>
        new(
            (
                await ManyRows.SelectWantedAsync<Guid>(
                    tx,
                    """
                    select i.id from wanted cross join case_item i
                    where i.tenant = @tenant and i.id = wanted.value and i.state = 'NotCsam'
                    """,
                    wanted.Items.Select(item => (object)item)
                )
            ).ToHashSet()
        );

    private static async Task<NoticePlace> PutAsync(Tx tx, NoticeCaseWanted wanted)
    {
        var item = ItemOf(wanted, FirstOf(wanted));
        var before = wanted.Before is { } own ? await CaseFile.FindAsync(tx, own.Value) : null;
        var joined =
            before is { State: CaseState.Open } && HasRoom(before)
                ? await JoinCase.AddToAsync(tx, before, item)
                : await JoinCase.AddAsync(tx, item);
        return new NoticePlace(joined.Ref, joined.ItemId, NoticeFoundBy.Nothing);
    }

    private static string? FirstOf(NoticeCaseWanted wanted) =>
        wanted.Contents.Count > 0 ? wanted.Contents[0] : null;

    private static bool HasRoom(CaseFile file) => file.ItemCount < CaseLimits.ItemsPerCase;

    private static NewItem ItemOf(NoticeCaseWanted wanted, string? contentRef) =>
        new()
        {
            Origin = CaseOrigin.Notice,
            Account = wanted.Account,
            ContentRef = contentRef,
            Surface = wanted.Surface,
            Jurisdiction = wanted.Jurisdiction,
            Decision = "none",
            ProblemType = Words.Find<ProblemType>(wanted.ProblemType) ?? ProblemType.SuspectedCsam,
            Summary = "A notice from outside.",
            Words = wanted.Text,
            Notice = new Notice
            {
                From = wanted.From,
                Reference = wanted.Reference,
                ReceivedAt = wanted.ReceivedAt,
                AnswerBy = wanted.AnswerBy,
            },
        };
}
