namespace Vigil.Server.Ui;

/// <summary>A word of the API as people read it: "not_csam" is "not CSAM".</summary>
internal static class ShownWord
{
    public static string Of(string word) =>
        word.Replace('_', ' ').Replace("csam", "CSAM", StringComparison.Ordinal);
}
