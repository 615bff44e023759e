using System.Collections.Frozen;

namespace Vigil.Trust;

/// <summary>Where on a platform content stands. Closed: law and policy go by it.</summary>
public enum Surface
{
    PublicPost,
    Comment,
    Profile,
    Advertisement,
    LiveStream,
    FileSharing,
    FileStorage,
    GeneratedOutput,
    SearchIndex,
    DirectMessage,
    GroupMessage,
    Email,
}

/// <summary>Surfaces as they stand in requests: public_post, direct_message …</summary>
public static class Surfaces
{
    private static readonly FrozenDictionary<string, Surface> ByName = Enum.GetValues<Surface>()
        .ToFrozenDictionary(NameOf, StringComparer.Ordinal);

    public static IReadOnlyCollection<string> Names { get; } = [.. ByName.Keys.Order(StringComparer.Ordinal)];

    public static bool TryParse(string name, out Surface surface) => ByName.TryGetValue(name, out surface);

    public static string NameOf(Surface surface) =>
        System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(surface.ToString());

    /// <summary>
    /// Communication between persons: scanned only where the law's conditions are recorded (Directive
    /// 2002/58/EC, article 5; reference data per jurisdiction).
    /// </summary>
    public static bool IsPrivateCommunication(Surface surface) =>
        surface is Surface.DirectMessage or Surface.GroupMessage or Surface.Email;
}
