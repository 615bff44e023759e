using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>Into which case contents are brought, and whether it takes them.</summary>
internal static class AnswerContentCase
{
    public static async Task<CaseForContent> AnswerAsync(Tx tx, ContentCase wanted)
    {
        if (await CaseFile.FindAsync(tx, wanted.Case.Value) is not { } file)
        {
            return CaseForContent.None;
        }
        var item = wanted.ItemId is { } id ? await CaseItem.FindAsync(tx, file.Id, id) : null;
        return wanted.ItemId is not null && item is null
            ? CaseForContent.None
            : new CaseForContent(
                true,
                file.State == CaseState.Closed,
                item?.Jurisdiction ?? file.Jurisdiction,
                file.IsTest,
                item?.DecisionId
            );
    }
}
