using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>Where a notice from outside belongs: an open case that holds the content, or one of its own.</summary>
internal static class AnswerNoticeCase
{
    private const int MostNamed = 20;

    public static async Task<NoticeCase> AnswerAsync(Tx tx, NoticeCaseWanted wanted)
    {
        var known = new List<CaseFile>();
        foreach (var content in wanted.Contents)
        {
            var found = await HoldingAsync(tx, wanted.Account, content);
            known.AddRange(found.Where(file => known.TrueForAll(other => other.Id != file.Id)));
        }
        var item = ItemOf(wanted);
        var open = known.Find(file =>
            file.State == CaseState.Open && file.ItemCount < CaseLimits.ItemsPerCase
        );
        var joined = open is null
            ? await JoinCase.AddAsync(tx, item)
            : await JoinCase.AddToAsync(tx, open, item);
        var earlier = known.Where(file => file.State != CaseState.Open).Take(MostNamed).ToList();
        foreach (var file in earlier)
        {
            await CaseTimeline.AddAsync(tx, file.Id, "notice_received", $"See {joined.Ref}.");
        }
        return new NoticeCase(
            joined.Ref,
            joined.ItemId,
            known.Count > 0,
            [.. earlier.Select(file => new CaseRef(file.Ref))]
        );
    }

    /// <summary>Cases with this content, the newest first; samples of a training are nobody's.</summary>
    private static Task<IReadOnlyList<CaseFile>> HoldingAsync(Tx tx, string? account, string content) =>
        tx.QueryAsync<CaseFile>(
            $"""
            select {CaseFile.Columns} from case_file f
            where f.tenant = @tenant and f.gold_for is null and not f.is_test and f.id in (
                select i.case_id from case_item i where i.tenant = @tenant and i.content_alone = @alone
                union
                select i.case_id from case_item i where i.tenant = @tenant and i.content_digest = @digest)
            order by f.opened_at desc, f.id desc limit {MostNamed}
            """,
            new
            {
                alone = Sealed.ContentAlone(tx, content),
                digest = Sealed.ContentDigest(tx, account, content),
            }
        );

    private static NewItem ItemOf(NoticeCaseWanted wanted) =>
        new()
        {
            Origin = CaseOrigin.Notice,
            Account = wanted.Account,
            ContentRef = wanted.Contents.Count > 0 ? wanted.Contents[0] : null,
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
