namespace Vigil.Server.Features.Reporting;

/// <summary>Words of people in a report: its files of words, and a conversation that its document quotes.</summary>
internal static class ReportedWords
{
    /// <summary>In characters, of what the document itself quotes.</summary>
    public static int OfDocument(ReportDraft draft) =>
        draft.Tip.Report.InternetDetails.Sum(place => place.ChatImIncident?.Content?.Length ?? 0);

    /// <summary>In characters, all of it.</summary>
    public static int Of(ReportDraft draft) =>
        OfDocument(draft) + draft.Files.Sum(file => file.Text?.Length ?? 0);
}
