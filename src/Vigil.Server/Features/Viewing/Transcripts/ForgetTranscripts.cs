using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Transcripts;

/// <summary>A transcript goes with its content, and with what names a cleared person.</summary>
internal static class ForgetTranscripts
{
    /// <summary>In the transaction that begins to destroy the content.</summary>
    public static Task DestroyedAsync(Tx tx, ContentDestroyed destroyed) =>
        tx.ExecuteAsync(
            "delete from viewing_transcript where tenant = @tenant and content_id = @id",
            new { id = destroyed.ContentId }
        );

    /// <summary>Also of contents that go with the next look only.</summary>
    public static Task ClearedAsync(Tx tx, CaseCleared cleared) =>
        tx.ExecuteAsync(
            "delete from viewing_transcript where tenant = @tenant and case_ref = @reference",
            new { reference = cleared.Case.Value }
        );

    /// <summary>What an older database brought back of contents that are destroyed, each hour.</summary>
    public static Task RemainsAsync(Tx tx) =>
        tx.ExecuteAsync(
            """
            delete from viewing_transcript where tenant = @tenant and content_id in (
                select id from content_overview where tenant = @tenant and state = 'Destroyed')
            """
        );
}
