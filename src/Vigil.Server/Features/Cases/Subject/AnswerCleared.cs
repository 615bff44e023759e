using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Subject;

/// <summary>Others ask which cases were purged.</summary>
internal static class AnswerCleared
{
    public static async Task<ClearedCases> AnswerAsync(Tx tx, ClearedCasesWanted wanted)
    {
        var cleared = await ManyRows.SelectWantedAsync<string>(
            tx,
            """
            select f.ref from wanted cross join case_file f
            where f.tenant = @tenant and f.ref = wanted.value and f.purged_at is not null
            """,
            wanted.Cases.Select(each => (object)each.Value).Distinct()
        );
        return new ClearedCases([.. cleared.Select(each => new CaseRef(each))]);
    }
}
