namespace Vigil.Trust;

/// <summary>What an installation is. Fixed and sealed at its first start.</summary>
public enum Profile
{
    Platform,
    Hotline,
    Steward,
    LawEnforcement,
    SurvivorService,
    Demo,
}

/// <summary>Profiles as people write them: platform, law-enforcement …</summary>
public static class Profiles
{
    private static readonly Dictionary<string, Profile> ByName = new(StringComparer.Ordinal)
    {
        ["platform"] = Profile.Platform,
        ["hotline"] = Profile.Hotline,
        ["steward"] = Profile.Steward,
        ["law-enforcement"] = Profile.LawEnforcement,
        ["survivor-service"] = Profile.SurvivorService,
        ["demo"] = Profile.Demo,
    };

    public static IReadOnlyCollection<string> Names => ByName.Keys;

    public static string NameOf(Profile profile) => ByName.First(pair => pair.Value == profile).Key;

    public static bool TryParse(string name, out Profile profile) => ByName.TryGetValue(name, out profile);
}
