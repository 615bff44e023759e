namespace Vigil.Server.Tests.Destinations;

internal static class ExpectedFields
{
    public static Dictionary<string, string> Of(string code) => [];
}
