using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Vigil.Files;

namespace Vigil.Trust;

/// <summary>
/// The framework's data protection by this installation's key ring: no second set of keys to keep, back up and
/// rotate, and every process of the installation reads what another sealed.
/// </summary>
internal sealed class SealedForms : IDataProtector
{
    private readonly ValueSealer _sealer;
    private readonly string _place;

    public SealedForms(TenantSecrets secrets)
        : this(secrets.Sealer("form"), "") { }

    private SealedForms(ValueSealer sealer, string place) => (_sealer, _place) = (sealer, place);

    public IDataProtector CreateProtector(string purpose) =>
        // The length keeps "ab" + "c" and "a" + "bc" apart.
        new SealedForms(_sealer, $"{_place}{purpose.Length}:{purpose}");

    public byte[] Protect(byte[] plaintext) => _sealer.Seal(plaintext, Encoding.UTF8.GetBytes(_place));

    public byte[] Unprotect(byte[] protectedData)
    {
        try
        {
            return _sealer.Open(protectedData, Encoding.UTF8.GetBytes(_place));
        }
        catch (Exception e) when (e is SealBrokenException or KeyRingException)
        {
            // What the framework expects of a protector.
            throw new System.Security.Cryptography.CryptographicException("Not sealed here.", e);
        }
    }
}
