using Vigil.CyberTip;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>Conversations that the platform told of, and words that came with what was confirmed.</summary>
internal static class SupplementalTexts
{
    public static IEnumerable<BuiltFile> Of(DraftSources from) =>
        from
            .Subject.Chats.Select(chat => Of(null, chat.Name, chat.Text))
            .Concat(
                from.Used.Index()
                    .Where(item => item.Item.Words.Count > 0)
                    .Select(item =>
                        Of(
                            item.Item.ItemId,
                            $"words-{item.Index + 1}.txt",
                            string.Join("\n\n", item.Item.Words)
                        )
                    )
            );

    private static BuiltFile Of(Guid? itemId, string name, string text) =>
        new(
            new DraftFile
            {
                ItemId = itemId,
                FileName = name,
                Text = text,
                Bytes = System.Text.Encoding.UTF8.GetByteCount(text),
            },
            new FileDetails { FileRelevance = FileRelevance.SupplementalReported }
        );
}
